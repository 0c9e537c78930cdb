import { compile, type LogQuery } from './query'
import { scan, type ScanTask } from './scan'

/** Searches beside the page, so that an expression that takes for ever can be ended. */
let expression: RegExp | null = null
let isTimed = false

onmessage = ({ data }: MessageEvent<LogQuery | ScanTask>) => {
  if ('isRegex' in data) {
    const compiled = compile(data)
    expression = compiled instanceof RegExp ? compiled : null
    isTimed = data.isRegex
  } else if (expression) {
    postMessage(scan(data, expression, isTimed))
  }
}
