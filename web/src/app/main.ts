import '../ui/older'
import '../ui/theme.css'
import './app.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { useSession } from '../access/session'
import { whenSignedOut } from '../api/http'
import { tellWhole } from '../ui/whole'
import App from './App.vue'
import { i18n, startLocale } from './i18n'
import { makeRouter } from './router'

const pinia = createPinia()
const router = makeRouter(pinia)
const session = useSession(pinia)

whenSignedOut(() => {
  if (!session.me) return
  session.forget()
  void router.replace({ name: 'login', query: { back: router.currentRoute.value.fullPath } })
})

tellWhole(document)
void startLocale().then(() => createApp(App).use(pinia).use(router).use(i18n).mount('#app'))
