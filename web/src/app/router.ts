import type { Pinia } from 'pinia'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { useSession } from '../access/session'

export function makeRouter(pinia: Pinia): Router {
  const router = createRouter({
    history: createWebHistory('/app/'),
    routes: [
      { path: '/', name: 'home', redirect: () => useSession(pinia).home },
      { path: '/login', name: 'login', component: () => import('../access/LoginPage.vue'), meta: { open: true } },
      { path: '/setup', name: 'setup', component: () => import('../access/SetupPage.vue'), meta: { open: true } },
      { path: '/enrol', name: 'enrol', component: () => import('../access/EnrolPage.vue'), meta: { open: true } },
      { path: '/incident/:id?', name: 'incident', component: () => import('../incident/IncidentPage.vue') },
      { path: '/incidents', name: 'incidents', component: () => import('../incident/IncidentsPage.vue'), meta: { page: 'incident' } },
      { path: '/screen/:id?', name: 'screen', component: () => import('../board/ScreenPage.vue'), meta: { bare: true } },
      { path: '/mechanism', name: 'mechanism', component: () => import('../mechanism/MechanismPage.vue') },
      { path: '/needs', name: 'needs', component: () => import('../need/ReportsPage.vue') },
      { path: '/publish', name: 'publish', component: () => import('../need/PublishPage.vue') },
      { path: '/offers', name: 'offers', component: () => import('../deployment/OffersPage.vue') },
      { path: '/reception', name: 'reception', component: () => import('../reception/ReceptionPage.vue'), meta: { kept: true } },
      { path: '/missions', name: 'missions', component: () => import('../mission/MissionsPage.vue') },
      { path: '/mymissions', name: 'mymissions', component: () => import('../mission/OwnMissionsPage.vue'), meta: { kept: true } },
      { path: '/inside', name: 'inside', component: () => import('../reception/InsidePage.vue') },
      { path: '/mysite', name: 'mysite', component: () => import('../reception/OwnSitePage.vue'), meta: { kept: true } },
      { path: '/support', name: 'support', component: () => import('../support/SupportPage.vue') },
      { path: '/mysupport', name: 'mysupport', component: () => import('../support/OwnSupportPage.vue') },
      { path: '/enquiries', name: 'enquiries', component: () => import('../enquiry/EnquiriesPage.vue') },
      { path: '/myenquiries', name: 'myenquiries', component: () => import('../enquiry/OwnEnquiriesPage.vue') },
      { path: '/withdrawal', name: 'withdrawal', component: () => import('../withdrawal/WithdrawalPage.vue'), meta: { kept: true } },
      { path: '/mywithdrawal', name: 'mywithdrawal', component: () => import('../withdrawal/OwnWithdrawalPage.vue'), meta: { kept: true } },
      { path: '/team', name: 'team', component: () => import('../team/TeamPage.vue') },
      { path: '/myoffers', name: 'myoffers', component: () => import('../deployment/OwnOffersPage.vue') },
      { path: '/myteam', name: 'myteam', component: () => import('../team/OwnTeamPage.vue') },
      { path: '/teams', name: 'teams', component: () => import('../team/TeamsPage.vue') },
      { path: '/passes', name: 'passes', component: () => import('../pass/PassesPage.vue') },
      { path: '/gate', name: 'gate', component: () => import('../pass/GatePage.vue'), meta: { open: true } },
      { path: '/summary/:id?', name: 'summary', component: () => import('../summary/SummaryPage.vue') },
      { path: '/outbox', name: 'outbox', component: () => import('../notice/OutboxPage.vue') },
      { path: '/messages', name: 'messages', component: () => import('../notice/MessagesPage.vue') },
      { path: '/accounts', name: 'accounts', component: () => import('../access/AccountsPage.vue') },
      { path: '/parameters', name: 'parameters', component: () => import('../parameter/ParametersPage.vue') },
      { path: '/destruction', name: 'destruction', component: () => import('../destruction/DestructionPage.vue') },
      { path: '/none', name: 'noGrant', component: () => import('../access/NoGrant.vue') },
      { path: '/me', name: 'me', component: () => import('../access/MePage.vue') },
      { path: '/:rest(.*)*', name: 'none', component: () => import('./NoPage.vue') },
    ],
  })
  router.beforeEach(async (to) => {
    const session = useSession(pinia)
    if (!session.known) await session.ask()
    // Where somebody begins is known only now: the first address was read before the session.
    if (to.name === 'noGrant' && session.home !== to.path) return session.home
    if (to.meta.open) return true
    if (!session.me && !session.unreachable) return { name: 'login', query: to.path === '/' ? {} : { back: to.fullPath } }
    return true
  })
  return router
}
