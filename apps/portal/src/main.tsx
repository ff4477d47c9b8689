import { render } from 'preact'
import { Display } from './display.ts'
import { Page } from './page.tsx'
import { SignIn } from './sign-in/sign-in.ts'
import './styles/base.css'
import './styles/sign-in.css'
import './styles/screen.css'
import './styles/wall.css'
import './styles/modules.css'
import './styles/navigation.css'
import './styles/center.css'
import './styles/keyboard.css'
import './styles/overlays.css'
import './styles/panel.css'
import './styles/log.css'
import './styles/reduced-motion.css'

const root = document.getElementById('root')
if (root) render(<Page signIn={new SignIn()} display={new Display()} />, root)
