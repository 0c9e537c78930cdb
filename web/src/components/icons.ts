/** Icons as paths on a field of 24 × 24, drawn with a line of 1.75. Only these are in the program. */
export const ICONS = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M20.5 20.5 16 16',
  close: 'M6 6l12 12M18 6 6 18',
  contrast: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17',
  more: 'M5.5 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6M12 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6M18.5 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6',
  chevronDown: 'M6 9.5l6 6 6-6',
  chevronUp: 'M6 14.5l6-6 6 6',
  chevronRight: 'M9.5 6l6 6-6 6',
  arrowUp: 'M12 19V5M6 11l6-6 6 6',
  arrowDown: 'M12 5v14M6 13l6 6 6-6',
  columns: 'M4 5h16v14H4zM9.5 5v14M14.5 5v14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  minus: 'M6 12h12',
  alert: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17h.01',
  activity: 'M3 12h4l3-7 4 14 3-7h4',
  log: 'M4 6h16M4 10.5h16M4 15h10M4 19.5h7',
  groups: 'M4 4.5h7v7H4zM13 4.5h7v4h-7zM13 11.5h7v8h-7zM4 14.5h7v5H4z',
  server: 'M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5h.01M7.5 16.5h.01',
  processes: 'M4 6h.01M8 6h12M4 12h.01M8 12h12M4 18h.01M8 18h12',
  signOut: 'M10 4.5H5v15h5M10 12h10M16 8l4 4-4 4',
  sliders:
    'M3.5 8h10M18.5 8h2M16 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M3.5 16h2M10.5 16h10M8 13.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4',
  settings:
    'M10.3 3.5h3.4l.5 2.4 1.9 1.1 2.3-.8 1.7 3-1.8 1.6v2.4l1.8 1.6-1.7 3-2.3-.8-1.9 1.1-.5 2.4h-3.4l-.5-2.4-1.9-1.1-2.3.8-1.7-3 1.8-1.6v-2.4L3.9 9.2l1.7-3 2.3.8 1.9-1.1zM12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4',
  back: 'M19 12H5M11 6l-6 6 6 6',
  star: 'M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z',
  pin: 'M9 4h6l-1 6 3.5 3.5h-11L10 10zM12 13.5V20',
  pinned: 'M9 4h6l-1 6 3.5 3.5h-11L10 10zM12 13.5V20',
  grow: 'M14 4.5h5.5V10M19.5 4.5 13.5 10.5M10 19.5H4.5V14M4.5 19.5l6-6',
  shrink: 'M19.5 10H14V4.5M14 10l6-6M4.5 14H10v5.5M10 14l-6 6',
  sieve: 'M4 5h16l-6.5 7.5V19l-3-1.5v-5z',
  select: 'M4 4.5h16v15H4zM8 12l3 3 5-6',
} as const

/** What is filled and not drawn. */
export const FILLS: Partial<Record<IconName, string>> = {
  contrast: 'M12 4v16a8 8 0 0 0 0-16',
  pinned: 'M9 4h6l-1 6 3.5 3.5h-11L10 10z',
}

export type IconName = keyof typeof ICONS
