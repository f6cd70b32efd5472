// How the search for a way to the gateway stands: direct ways first, then the relays that the gateway named, and what to
// tell a person whose network, or whose relay, lets nothing through. Pure: time arrives as `now`.

/** no_way: nothing was found; relay_refused: a relay answered, and did not take the credentials. */
export type Blocked = 'no_way' | 'relay_refused';

/** Direct ways are found in a second, also over TCP. */
const RELAYS_AFTER_MS = 2000;
const RELAYS_AGAIN_MS = 8000;
/** By then the relays were asked, too. */
const NO_WAY_AFTER_MS = 8000;
const CREDENTIALS_AGAIN_MS = 15000;

/** What a TURN server says (RFC 8656, 19); browsers call it 701 when they did not reach one. */
const isRefusal = (code: number) => code >= 400 && code < 700;

export class WayOut {
  /** When the gateway's first answer was taken, of the PeerConnection in use; and of the search that goes on. */
  private answeredAt: number | null = null;
  private searchingSince: number | null = null;
  private refused = false;
  private credentialsAskedAt = -Infinity;

  /** A PeerConnection that knows nothing yet. */
  begin(): void {
    this.answeredAt = null;
  }

  answered(now: number): void {
    this.answeredAt ??= now;
    this.searchingSince ??= now;
  }

  /** Media can flow. */
  found(): void {
    this.searchingSince = null;
    this.refused = false;
  }

  /** `icecandidateerror` of the browser. */
  relayFailed(code: number): void {
    this.refused ||= isRefusal(code);
  }

  isAnswered(): boolean {
    return this.answeredAt !== null;
  }

  blocked(now: number): Blocked | null {
    if (this.refused) return 'relay_refused';
    return this.searchingSince !== null && now - this.searchingSince > NO_WAY_AFTER_MS ? 'no_way' : null;
  }

  /** Neither UDP nor TCP reached the gateway: what is left are the relays. */
  relaysAreDue(now: number, lastRestart: number): boolean {
    return this.isLate(now) && now - lastRestart > RELAYS_AGAIN_MS;
  }

  /** Credentials end, and only a new session brings others. Says so once in a while. */
  credentialsAreDue(now: number): boolean {
    if (!this.refused || !this.isLate(now) || now - this.credentialsAskedAt < CREDENTIALS_AGAIN_MS) return false;
    this.credentialsAskedAt = now;
    return true;
  }

  private isLate(now: number): boolean {
    return this.answeredAt !== null && now - this.answeredAt > RELAYS_AFTER_MS;
  }
}
