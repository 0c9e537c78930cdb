import { createRouter, createWebHistory } from 'vue-router'
import GroupsView from './views/GroupsView.vue'

/** The addresses of the original, so that its bookmarks lead here. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'groups', alias: '/view/group', component: GroupsView },
    { path: '/view/supervisor', name: 'supervisors', component: () => import('./views/SupervisorsView.vue') },
    { path: '/view/process', name: 'processes', component: () => import('./views/ProcessesView.vue') },
    { path: '/view/notices', name: 'notices', component: () => import('./views/NoticesView.vue') },
    { path: '/view/log', name: 'log', component: () => import('./views/LogView.vue'), meta: { bare: true } },
    { path: '/login', name: 'login', component: () => import('./views/SignInView.vue'), meta: { bare: true } },
    { path: '/:path(.*)', name: 'nothing', component: () => import('./views/NothingView.vue') },
  ],
})

// Another view begins at its top; a change of the filter or of what is open moves nothing.
router.afterEach((to, from) => {
  if (to.path !== from.path) scrollTo({ top: 0 })
})
