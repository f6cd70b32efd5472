/** A number that a tap calls, kept on one line. */
export function Telephone({ number }: { number: string }) {
  return (
    <a class="nowrap" href={telephoneHref(number)}>
      {number}
    </a>
  );
}

export const telephoneHref = (number: string) => `tel:${number.replace(/[^+\d]/g, '')}`;
