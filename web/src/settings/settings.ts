import { defineStore } from 'pinia'
import { LANGUAGES, preferredLanguage } from '../i18n'
import { isBoolean, isStrings, oneOf, stored } from './stored'

/** What the reader chose, kept by the browser. */
export const useSettings = defineStore('settings', () => ({
  theme: stored('theme', 'system', oneOf('system', 'light', 'dark')),
  density: stored('density', 'normal', oneOf('normal', 'compact')),
  language: stored('language', preferredLanguage(), oneOf(...Object.keys(LANGUAGES))),
  /** Whether this browser shows notifications while the page is not visible. */
  browserNotifications: stored('browserNotifications', false, isBoolean),
  /** The least important notices that are listed. */
  noticeLevel: stored('noticeLevel', 'info', oneOf('info', 'warning', 'error')),
  /** Whether Groups shows agents and event listeners too. */
  systemInGroups: stored('systemInGroups', false, isBoolean),
  /** Whether cards of groups are divided by supervisor. */
  dividedGroups: stored('dividedGroups', false, isBoolean),
  /** Texts of filters, the latest first. */
  savedFilters: stored('savedFilters', [], isStrings),
  /** Ids of the columns of Processes that are shown; empty means the usual ones. */
  processColumns: stored('processColumns', [], isStrings),
}))
