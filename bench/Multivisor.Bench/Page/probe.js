// Put into the page before anything of its own: what only the page itself can see. Times are those of performance.now().
(() => {
  const painted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => then(performance.now())
      channel.port2.postMessage(0)
    })

  const probe = {
    firstRows: 0,
    frames: [],
    longTasks: [],
    // Text that tells how many rows the filter left.
    count: () => document.querySelector('.table-count')?.textContent ?? '',
    box: () => document.querySelector('[role=search] input'),

    async frameTimes(milliseconds) {
      const frames = []
      probe.longTasks = []
      const end = performance.now() + milliseconds
      await new Promise((done) => {
        const next = (now) => {
          frames.push(now)
          if (now < end) requestAnimationFrame(next)
          else done()
        }
        requestAnimationFrame(next)
      })
      return { frames, longTasks: probe.longTasks }
    },

    // Milliseconds from the next key until the page shows what its text matches, painted.
    nextKey(expected) {
      return new Promise((done) => {
        addEventListener(
          'keydown',
          (event) => {
            const begin = event.timeStamp
            const look = () => {
              if (probe.count() === expected) painted((end) => done(end - begin))
              else requestAnimationFrame(look)
            }
            requestAnimationFrame(look)
          },
          { capture: true, once: true },
        )
      })
    },
  }

  const lookForRows = () => {
    if (document.querySelector('[role=row] [data-row]')) painted((now) => (probe.firstRows = now))
    else requestAnimationFrame(lookForRows)
  }
  requestAnimationFrame(lookForRows)
  new PerformanceObserver((list) => probe.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: 'longtask',
  })
  window.probe = probe
})()
