/** Somebody is writing: no question takes the focus away. */
export const isTyping = () => {
  const { activeElement } = document;
  return activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement;
};
