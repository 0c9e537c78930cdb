import { defineStore } from 'pinia'
import { isBoolean, stored } from '../settings/stored'

export const FONT_SIZES = { least: 10, most: 22, usual: 13 } as const

const within =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    typeof value === 'number' && value >= least && value <= most

/** How the reader likes logs, kept by the browser. */
export const useLogSettings = defineStore('logSettings', () => ({
  wrap: stored('logWrap', false, isBoolean),
  /** Shows when each line came. */
  times: stored('logTimes', false, isBoolean),
  /** In CSS pixels. */
  fontSize: stored<number>('logFontSize', FONT_SIZES.usual, within(FONT_SIZES.least, FONT_SIZES.most)),
  /** Of the panel at the foot, in percent of the window. */
  height: stored<number>('logHeight', 40, within(15, 90)),
}))
