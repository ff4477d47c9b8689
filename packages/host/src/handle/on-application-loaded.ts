import type { AppMessageHandler } from './index.ts'

/** W 4.2 row 3 */
export const handleApplicationLoaded: AppMessageHandler = (app, _instance, _message, { lifecycle }) => {
  lifecycle.announce(app)
}
