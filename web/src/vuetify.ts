import 'vuetify/styles/core'
import { createVuetify } from 'vuetify'

/**
 * Vuetify for what is hard to do well: dialogs, menus, tooltips, fields. Components are imported where they are used,
 * so that only those are in the program. Its theme is off: theme/tokens.css sets its variables.
 */
export const vuetify = createVuetify({
  theme: false,
  icons: { defaultSet: 'none', aliases: {}, sets: {} },
  defaults: {
    // While a menu grows it takes no press, and lets it through to what lies below.
    VMenu: { offset: 4, transition: false },
    VDialog: { maxWidth: 560 },
    VTooltip: { openDelay: 400 },
  },
})
