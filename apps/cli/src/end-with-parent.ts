/** Preloaded into the demo partner: it ends with the demo also when the demo is killed and cannot end it. */
process.on('disconnect', () => process.exit())
// A listener would otherwise keep it running when it has nothing left to do.
process.channel?.unref()
