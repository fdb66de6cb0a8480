import type { PodSpec } from '../spec/pod.ts';
import type { Offer } from './offer.ts';
import { Shortlist } from './shortlist.ts';

/** Beyond these the one that was not used for longest is made anew: a service has about as many pods. */
const SHORTLISTS_MAX = 32;

/** The newest offer of each agent. Every change of one is told to the shortlists of the pods that look for a place. */
export class Offers extends Map<string, Offer> {
  readonly #shortlists = new Map<PodSpec, Shortlist>();

  /** Of one more instance of the pod, in the region that its service is bound to. */
  shortlist(pod: PodSpec, region: string | undefined): Shortlist {
    const known = this.#shortlists.get(pod);
    const list = known?.region === region && known !== undefined ? known : new Shortlist(pod, region, this.keys());
    this.#shortlists.delete(pod);
    this.#shortlists.set(pod, list);
    const [oldest] = this.#shortlists.keys();
    if (this.#shortlists.size > SHORTLISTS_MAX && oldest !== undefined) this.#shortlists.delete(oldest);
    return list;
  }

  /** Something about the agent is not as it was: its offer, or what is placed on it. */
  touch(agentId: string): void {
    for (const list of this.#shortlists.values()) list.touch(agentId);
  }

  override set(agentId: string, offer: Offer): this {
    this.touch(agentId);
    return super.set(agentId, offer);
  }

  override delete(agentId: string): boolean {
    this.touch(agentId);
    return super.delete(agentId);
  }

  override clear(): void {
    for (const agentId of this.keys()) this.touch(agentId);
    super.clear();
  }
}
