/**
 * An address of this machine that no other test process uses, so that a program can run on it with the ports it is shipped with;
 * `host` from 1 to 254. Linux answers on all of 127.0.0.0/8.
 */
export function ownLoopback(host: number): string {
  return `127.${64 + ((process.pid >> 8) & 63)}.${process.pid & 255}.${host}`
}
