import type { Router } from 'vue-router'
import { changeQuery } from '../filter/address'

/** The process whose details are open is part of the address of every view: `?process=<uid>`. */
export const openDetails = (router: Router, uid: string): Promise<unknown> => changeQuery(router, { process: uid })
