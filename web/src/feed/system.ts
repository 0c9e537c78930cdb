/** Programs whose only use is to listen to supervisord's events: agents of Multivisor and those of superlance. */
const LISTENERS = /^(multivisor-rpc|multivisor_rpc|crashmail|crashmailbatch|crashsms|fatalmailbatch|httpok|memmon)$/i

/** Whether a process only serves the system. supervisord does not tell listeners from programs, so names must do. */
export function isSystemProcess(group: string, name: string, isAgent: boolean): boolean {
  return isAgent || LISTENERS.test(name) || LISTENERS.test(group)
}
