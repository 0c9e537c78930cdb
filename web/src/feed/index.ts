import { Feed } from './feed'
import { Fleet } from './fleet'

/** The one model of the site and the one connection that writes it. */
export const fleet = new Fleet()
export const feed = new Feed(fleet)
