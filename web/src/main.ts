import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { startSession } from './account/session'
import { startClock } from './format/clock'
import { followSite } from './notifications/happened'
import { followTabSign } from './notifications/tab-sign'
import { router } from './router'
import { followSettings } from './settings/follow'
import { vuetify } from './vuetify'
import './theme/fonts.css'
import './theme/tokens.css'
import './theme/base.css'

const app = createApp(App).use(createPinia()).use(router).use(vuetify)
followSettings()
startClock()
followSite()
followTabSign(router)
startSession(router)
app.mount('#app')
