import { type Backend, type BackendDeps, unreachable } from './client.ts';
import { type EnrolmentRequest, ensureEnrolled } from './enrolment.ts';

/** Who this kiosk is at its backend: learned once, and anew when the backend has lost it. */
export type Identity = ReturnType<typeof createIdentity>;

export function createIdentity(
  deps: Omit<BackendDeps, 'sign'>,
  request: EnrolmentRequest,
  warn: (fields: { readonly code: string; readonly detail?: string | undefined }, message: string) => void,
) {
  let kiosk: string | undefined;
  let anew = false;
  return {
    id: () => kiosk,
    /** @throws KioskError when trying again cannot help. */
    async ensure(): Promise<void> {
      if (kiosk !== undefined) return;
      const enrolled = await ensureEnrolled(deps, request, anew);
      if ('problem' in enrolled)
        return warn({ code: enrolled.problem.code, detail: enrolled.problem.detail }, 'not enrolled yet');
      kiosk = enrolled.kiosk;
      anew = false;
    },
    /** The backend said that it does not know this kiosk. */
    lose(): void {
      kiosk = undefined;
      anew = true;
    },
  };
}

/**
 * The backend, asked by a kiosk that enrols anew when it is not known any more: a backend whose database was lost or
 * replaced goes on with the next question, if the enrolment code still holds.
 */
export function enrolAnew(backend: Backend, identity: Identity, fault: (error: unknown) => void): Backend {
  return {
    ...backend,
    async create(request, key) {
      const answer = await backend.create(request, key);
      if (answer.ok || answer.problem.code !== 'kiosk-unknown') return answer;
      identity.lose();
      await identity.ensure().catch(fault);
      if (identity.id() !== undefined) return backend.create(request, key);
      return unreachable('it does not know this kiosk: ask its operator for a code and set backend.enrolmentCode');
    },
  };
}
