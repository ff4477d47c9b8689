/** The push app that this page belongs to. Both are public: `pillion push-app list` shows them. */
export const pushApp = {
  appID: 'pilliondemo',
  appKey: 'pilliondemokey',
  /** A page that is served from elsewhere names the server here, such as 'https://push.example.com/api'. */
  site: `${location.origin}/api`,
}
