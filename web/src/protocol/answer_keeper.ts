// Keeps what a person answers: here at once, at the gateway as soon as it can be reached. What has not
// arrived there survives a reload in this tab's own storage, and is gone from there when it has. No DOM.

import type { HttpProblem } from './http_api';
import { ANSWERS_PREFIX } from './answers_kept';
import { askedItems, isWhole } from './questionnaires';
import type { Answer, Answers, Asked, Follow, Questionnaire } from './questionnaires';

/** saved: the gateway has it. later: it could not be reached, and is tried again. refused: it said no. */
export type Outcome =
  | { name: 'saved'; follow: Follow }
  | { name: 'later' }
  | { name: 'refused'; problem: string; question: string | null };

export interface KeeperParts {
  give: (id: string, body: { answers: ({ link_id: string } & Answer)[]; complete: boolean }) => Promise<{ follow: Follow }>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** Whose answers: several people may use this tab. */
  owner: string;
  wait: (run: () => void, ms: number) => void;
  /** Whatever happens in the background: a score so high that somebody should be called. */
  onCrisis: () => void;
}

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

export class AnswerKeeper {
  private readonly answers = new Map<string, Map<string, Answer>>();
  /** What the gateway has. */
  private readonly kept = new Map<string, Answers>();
  /** Counts the changes of each questionnaire; what is saved of them. */
  private readonly changed = new Map<string, number>();
  private readonly saved = new Map<string, number>();
  private readonly coming = new Map<string, Promise<Outcome>>();
  private failures = 0;

  constructor(
    readonly asked: Asked,
    private readonly parts: KeeperParts,
  ) {
    for (const one of asked.questionnaires) {
      this.answers.set(one.id, new Map(one.answers.map(({ link_id, ...answer }) => [link_id, answer])));
      this.kept.set(one.id, new Map(this.of(one.id)));
    }
    this.restore();
  }

  of = (id: string): Answers => this.answers.get(id) ?? new Map<string, Answer>();

  /** What is answered, else what may still be so. */
  suggestion(questionnaire: Questionnaire, linkId: string): Answer | undefined {
    return this.of(questionnaire.id).get(linkId) ?? questionnaire.prefill.find((one) => one.link_id === linkId);
  }

  set(id: string, linkId: string, answer: Answer): void {
    this.answers.get(id)?.set(linkId, answer);
    this.changed.set(id, (this.changed.get(id) ?? 0) + 1);
    this.remember();
  }

  /** Whether anything has not arrived at the gateway. */
  get pending(): boolean {
    return [...this.changed].some(([id, count]) => this.saved.get(id) !== count);
  }

  /** One at a time for each questionnaire: the last one sent is the last one that counts. */
  save(id: string): Promise<Outcome> {
    const last = this.coming.get(id);
    const next = (last ?? Promise.resolve()).then(() => this.send(id));
    this.coming.set(id, next);
    return next;
  }

  async saveAll(): Promise<Outcome[]> {
    const open = [...this.changed].filter(([id, count]) => this.saved.get(id) !== count);
    return Promise.all(open.map(([id]) => this.save(id)));
  }

  private async send(id: string): Promise<Outcome> {
    const questionnaire = this.asked.questionnaires.find((one) => one.id === id);
    if (!questionnaire) return { name: 'refused', problem: 'not_found', question: null };
    const count = this.changed.get(id) ?? 0;
    const sent = new Map(this.of(id));
    try {
      const { follow } = await this.parts.give(id, this.body(questionnaire));
      this.failures = 0;
      this.saved.set(id, count);
      this.kept.set(id, sent);
      this.remember();
      if (follow === 'crisis') this.parts.onCrisis();
      return { name: 'saved', follow };
    } catch (error) {
      const outcome = this.afterFailure(error as HttpProblem, id, count);
      // The others, which it refused together with that one.
      if (outcome.name === 'refused' && this.takeBack(id, outcome.question, sent)) await this.send(id);
      return outcome;
    }
  }

  /** The answer before the refused one, so that what is given later is not refused for it. Whether others of what was sent are to be kept. */
  private takeBack(id: string, question: string | null, sent: Answers): boolean {
    const answers = this.answers.get(id);
    const kept = this.kept.get(id);
    const refused = question === null ? undefined : sent.get(question);
    if (question === null || !answers || !refused || answers.get(question) !== refused) return false;
    const before = kept?.get(question);
    if (before === refused) return false;
    if (before) answers.set(question, before);
    else answers.delete(question);
    const others = [...sent].some(([linkId, answer]) => linkId !== question && kept?.get(linkId) !== answer);
    if (others) this.saved.delete(id);
    this.remember();
    return others;
  }

  private afterFailure(problem: HttpProblem, id: string, count: number): Outcome {
    if (!problem.temporary) {
      // The gateway will not take it however often it is sent: it must not be sent for ever.
      this.saved.set(id, count);
      this.remember();
      return { name: 'refused', problem: problem.answerProblem ?? problem.code, question: problem.question ?? null };
    }
    const delay = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)] ?? 1000;
    this.parts.wait(() => {
      if (this.pending) void this.save(id);
    }, delay);
    return { name: 'later' };
  }

  /** Of what is asked: an answer to what is not asked any more would be refused. */
  private body(questionnaire: Questionnaire) {
    const answers = this.of(questionnaire.id);
    return { answers: askedAnswers(questionnaire, answers), complete: isWhole(questionnaire, answers) };
  }

  private remember(): void {
    const open = [...this.changed.keys()].filter((id) => this.saved.get(id) !== this.changed.get(id));
    try {
      if (open.length === 0) this.parts.storage?.removeItem(ANSWERS_PREFIX + this.parts.owner);
      else this.parts.storage?.setItem(ANSWERS_PREFIX + this.parts.owner, JSON.stringify(open.map((id) => [id, [...this.of(id)]])));
    } catch {
      // Without storage only a reload before the answer arrived loses it.
    }
  }

  private restore(): void {
    try {
      const kept = JSON.parse(this.parts.storage?.getItem(ANSWERS_PREFIX + this.parts.owner) ?? '[]') as [string, [string, Answer][]][];
      for (const [id, answers] of kept) {
        if (!this.answers.has(id)) continue;
        for (const [linkId, answer] of answers) this.answers.get(id)?.set(linkId, answer);
        this.changed.set(id, 1);
        void this.save(id);
      }
    } catch {
      // Not ours, or broken: the gateway's answers stand.
    }
  }
}

function askedAnswers(questionnaire: Questionnaire, answers: Answers) {
  return askedItems(questionnaire, answers).flatMap(({ link_id }) => {
    const answer = answers.get(link_id);
    return answer ? [{ link_id, ...answer }] : [];
  });
}
