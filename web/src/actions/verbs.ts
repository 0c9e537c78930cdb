export type ProcessVerb = 'start' | 'stop' | 'restart' | 'signal'
export type SupervisorVerb = 'update' | 'reread' | 'restart' | 'shutdown'
