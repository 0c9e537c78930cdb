/**
 * Whether the server has another page than this one. A server without a page and a page in development (which has no
 * number) are compared with nothing.
 */
export const isOutdated = (ofServer: string | null, ofPage: string): boolean =>
  ofServer !== null && ofPage !== '' && ofServer !== ofPage
