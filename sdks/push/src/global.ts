// The classic script: the classes of one namespace become globals, as with the original (P 14).
import { create } from './namespace.ts'

Object.assign(globalThis, create())
