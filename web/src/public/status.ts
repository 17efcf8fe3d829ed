import '../ui/older'
import '../ui/theme.css'
import './public.css'
import { createApp } from 'vue'
import { i18n } from './i18n'
import StatusApp from './StatusApp.vue'

createApp(StatusApp).use(i18n).mount('#app')
