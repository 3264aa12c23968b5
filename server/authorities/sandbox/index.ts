export { sandboxConfigSchema } from './config.ts';
export { backendConfig } from './credentials.ts';
export { type SandboxPerson, sandboxPeople } from './people.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './serve.ts';
