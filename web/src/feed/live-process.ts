import { shallowRef, type ShallowRef } from 'vue'
import type { ProcessJson } from '../api/contract'
import { FilterSubject } from '../filter/subject'
import type { Labels } from '../filter/labels'
import { plain } from '../format/plain'
import { naturalKey } from './natural'
import { kindOf, type Kind } from './states'

/**
 * One process for as long as the page knows it. The object stays and only {@link data} is replaced, so that a change
 * touches the rows that show it and no list.
 */
export class LiveProcess {
  readonly uid: string
  readonly name: string
  /** The name as it is shown. */
  readonly shownName: string
  readonly group: string
  /** `group:name`, or the name alone where both are the same, as supervisorctl writes it; as it is shown. */
  readonly label: string
  readonly supervisor: string
  readonly nameKey: string
  readonly groupKey: string
  readonly supervisorKey: string
  /** True for processes that only serve the system: our agent, event listeners. Decided by the supervisor's data. */
  isSystem = false
  /** True for the agent through which its supervisor is reached. */
  isAgent = false
  /** For what shows this one process and is rendered again when it changes. */
  readonly data: ShallowRef<ProcessJson>
  /** The same, for what looks at all processes: to depend on each of 50,000 would cost more than to look again. */
  latest: ProcessJson
  /** Kind of {@link latest}. */
  kind: Kind
  private filterSubject: FilterSubject | undefined

  constructor(
    json: ProcessJson,
    /** Of its supervisor. */
    readonly labels: () => Labels | undefined = () => undefined,
  ) {
    this.uid = json.uid
    this.name = json.name
    this.shownName = plain(json.name)
    this.group = json.group
    this.label = plain(json.group === json.name ? json.name : `${json.group}:${json.name}`)
    this.supervisor = json.supervisor
    this.nameKey = naturalKey(json.name)
    this.groupKey = naturalKey(json.group)
    this.supervisorKey = naturalKey(json.supervisor)
    this.kind = kindOf(json)
    this.latest = json
    this.data = shallowRef(json)
  }

  set(json: ProcessJson): void {
    this.latest = json
    this.kind = kindOf(json)
    this.data.value = json
  }

  /** Made when a filter first asks. */
  get subject(): FilterSubject {
    return (this.filterSubject ??= new FilterSubject(
      () => this.latest,
      () => this.isAgent,
      this.labels,
    ))
  }
}
