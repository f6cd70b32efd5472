import { text } from '../../text/text';
import './style.css';

/** Where we are on the way in: in words, and as a line for the eye. */
export function StepLine({ now, of, what }: { now: number; of: number; what: string }) {
  const steps = Array.from({ length: of }, (_, index) => (index + 1 < now ? 'done' : index + 1 === now ? 'now' : ''));
  return (
    <div class="stepline">
      <p>{text.frame.step({ now, of, what })}</p>
      <ol class="steps" aria-hidden="true">
        {steps.map((state, index) => (
          <li key={index} class={state} />
        ))}
      </ol>
    </div>
  );
}
