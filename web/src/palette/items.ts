import type { Router } from 'vue-router'
import { SUPERVISOR_VERBS, whyNot, whyNotLog, whyNotSupervisor } from '../actions/availability'
import { performOnProcesses, performOnSupervisor } from '../actions/perform'
import type { ProcessVerb, SupervisorVerb } from '../actions/verbs'
import { openDetails } from '../details/address'
import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import type { Kind } from '../feed/states'
import { firstOf } from '../filter/address'
import { quote } from '../filter/edit'
import { plain } from '../format/plain'
import { groupsOf, type Group } from '../groups/group'
import type { Messages } from '../i18n'
import { keptLogs, openLog, showLog } from '../logs/open'
import { overlay } from '../shell/overlay'
import { bestOf, rankOf, readWish } from './rank'

export interface PaletteItem {
  readonly id: string
  readonly label: string
  /** Beside it: where it is, or why it cannot be done now. */
  readonly hint: string
  readonly mark?: Kind
  readonly why?: string | null
  readonly act: () => unknown
}

const MOST_OF_A_KIND = 12

type Verb = ProcessVerb | SupervisorVerb | 'log'

const PROCESS_VERBS: readonly ProcessVerb[] = ['start', 'stop', 'restart', 'signal']

/** What a query may mean, the likeliest first: an action on what is named, then what is named itself. */
export function itemsFor(query: string, router: Router, t: Messages): PaletteItem[] {
  const names = {
    start: ['start', t.actions.start],
    stop: ['stop', t.actions.stop],
    restart: ['restart', t.actions.restart],
    signal: ['signal', t.actions.signal],
    log: ['log', t.actions.log],
    update: ['update', t.actions.update],
    reread: ['reread', t.actions.reread],
    shutdown: ['shutdown', t.actions.shutdown],
  } satisfies Record<Verb, string[]>
  const wish = readWish<Verb>(query, names)
  const groups = groupsOf(fleet.processList.value)
  const actions =
    wish.verbs.length > 0 && wish.words.length > 1 ? actionsOf(wish.verbs, wish.words.slice(1), groups, t) : []
  return [...actions, ...pagesOf(wish.words, router, t), ...placesOf(wish.words, groups, router, t)]
}

function actionsOf(verbs: readonly Verb[], words: string[], groups: Group[], t: Messages): PaletteItem[] {
  const items: PaletteItem[] = []
  const processes = findProcesses(words)
  for (const verb of PROCESS_VERBS.filter((known) => verbs.includes(known))) {
    for (const process of processes) items.push(actionOn(process, verb, t))
    for (const group of findGroups(words, groups)) {
      items.push({
        id: `${verb} group ${group.name}`,
        label: t.palette.onGroup(t.actions[verb], plain(group.name)),
        hint: t.processes.count(group.processes.length, group.processes.length),
        act: () => performOnProcesses(group.processes, verb),
      })
    }
  }
  if (verbs.includes('log')) {
    for (const process of processes) {
      items.push({
        id: `log ${process.uid}`,
        label: t.palette.on(t.actions.log, process.label),
        hint: process.supervisor,
        mark: process.kind,
        why: whyNotLog(process),
        act: () => showLog(process),
      })
    }
  }
  if (verbs.includes('log')) {
    for (const { name, data } of findSupervisors(words)) {
      items.push({
        id: `log supervisor ${name}`,
        label: t.palette.onSupervisor(t.actions.log, name),
        hint: t.logs.openMain,
        why: data.value.running ? null : t.unavailable.offline(name),
        act: () => openLog({ kind: 'main', supervisor: name }),
      })
    }
  }
  for (const verb of SUPERVISOR_VERBS.filter((known) => verbs.includes(known))) {
    for (const supervisor of findSupervisors(words)) {
      items.push({
        id: `${verb} supervisor ${supervisor.name}`,
        label: t.palette.onSupervisor(t.actions[verb], supervisor.name),
        hint: '',
        why: whyNotSupervisor(supervisor),
        act: () => performOnSupervisor(supervisor, verb),
      })
    }
  }
  return items.slice(0, 30)
}

function actionOn(process: LiveProcess, verb: ProcessVerb, t: Messages): PaletteItem {
  return {
    id: `${verb} ${process.uid}`,
    label: t.palette.on(t.actions[verb], process.label),
    hint: process.supervisor,
    mark: process.kind,
    why: whyNot(process, verb),
    act: () => performOnProcesses([process], verb),
  }
}

/** Views and what else can be opened. */
function pagesOf(words: string[], router: Router, t: Messages): PaletteItem[] {
  const { query } = router.currentRoute.value
  const filter = { ...(query.filter ? { filter: query.filter } : {}), ...keptLogs(query) }
  const pages = [
    { id: 'groups', label: t.app.groups, hint: t.palette.view, act: () => router.push({ path: '/', query: filter }) },
    {
      id: 'supervisors',
      label: t.app.supervisors,
      hint: t.palette.view,
      act: () => router.push({ path: '/view/supervisor', query: filter }),
    },
    {
      id: 'processes',
      label: t.app.processes,
      hint: t.palette.view,
      act: () => router.push({ path: '/view/process', query: filter }),
    },
    { id: 'notices', label: t.bell.title, hint: t.palette.view, act: () => router.push('/view/notices') },
    {
      id: 'logs',
      label: t.logs.openMatching,
      hint: t.logs.filter(firstOf(query.filter)),
      act: () => openLog({ kind: 'filter', filter: firstOf(query.filter), streams: 'out' }),
    },
    {
      id: 'wall',
      label: t.wall.title,
      hint: t.palette.view,
      act: () => router.push({ path: '/', query: { ...filter, kiosk: null } }),
    },
    { id: 'keys', label: t.keys.title, hint: '?', act: () => (overlay.value = 'keys') },
  ]
  return bestOf(pages, ({ label }) => rankOf(words, label.toLowerCase()), pages.length)
}

/** Processes, groups and supervisors by their names. */
function placesOf(words: string[], groups: Group[], router: Router, t: Messages): PaletteItem[] {
  if (words.length === 0) return []
  return [
    ...findProcesses(words).map((process) => ({
      id: process.uid,
      label: process.label,
      hint: `${process.supervisor} · ${process.latest.statename}`,
      mark: process.kind,
      act: () => openDetails(router, process.uid),
    })),
    ...findGroups(words, groups).map(({ name }) => ({
      id: `group ${name}`,
      label: plain(name),
      hint: t.palette.group,
      act: () => router.push({ path: '/', query: { filter: `group:${quote(name)}` } }),
    })),
    ...findSupervisors(words).map(({ name }) => ({
      id: `supervisor ${name}`,
      label: name,
      hint: t.palette.supervisor,
      act: () => router.push({ path: '/view/supervisor', query: { filter: `supervisor:${quote(name)}` } }),
    })),
  ]
}

const findProcesses = (words: readonly string[]): LiveProcess[] =>
  bestOf(
    fleet.processList.value,
    (process) => {
      const inName = rankOf(words, process.name.toLowerCase(), process.uid.toLowerCase())
      return inName ?? rankOf(words, process.label.toLowerCase())
    },
    MOST_OF_A_KIND,
  )

const findGroups = (words: readonly string[], groups: readonly Group[]): Group[] =>
  bestOf(groups, ({ name }) => rankOf(words, name.toLowerCase()), MOST_OF_A_KIND)

const findSupervisors = (words: readonly string[]) =>
  bestOf(fleet.supervisorList.value, ({ name }) => rankOf(words, name.toLowerCase()), MOST_OF_A_KIND)
