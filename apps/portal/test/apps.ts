/** Bodies of small apps for the tests. */
const loaded = `<script>
  parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
</script>`

export const apps = {
  /** Records what it is posted, counts time, and looks what it may store. */
  recorder: `<script>
    seen = []
    addEventListener('message', function (event) { seen.push(event.data) })
    ticks = 0
    setInterval(function () { ticks++ }, 20)
  </script>${loaded}`,
  plain: loaded,
  hasty: `${loaded}<script>location.href = 'https://away.example/'</script>`,
  silent: '<p>Never announces itself.</p>',
}
