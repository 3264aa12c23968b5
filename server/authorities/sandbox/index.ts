export { backendConfig } from './credentials.ts';
export { type SandboxPerson, sandboxPeople } from './people.ts';
export { type Sandbox, startSandbox } from './serve.ts';
