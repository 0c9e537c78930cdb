import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { startSession } from './account/session'
import { startClock } from './format/clock'
import { router } from './router'
import { followSettings } from './settings/follow'
import { vuetify } from './vuetify'
import './theme/fonts.css'
import './theme/tokens.css'
import './theme/base.css'

const app = createApp(App).use(createPinia()).use(router).use(vuetify)
followSettings()
startClock()
startSession(router)
app.mount('#app')
