import { render } from 'preact'
import { Shell } from './shell/shell.tsx'
import { followTheme } from './shell/theme.ts'
import { askSession, takeFirstLink } from './sign-in/sign-in.ts'
import 'uplot/dist/uPlot.min.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'
import './styles/table.css'
import './styles/drawer.css'
import './styles/overview.css'
import './styles/messages.css'
import './styles/fleet.css'

followTheme()
takeFirstLink()
void askSession()
const root = document.getElementById('root')
if (root) render(<Shell />, root)
