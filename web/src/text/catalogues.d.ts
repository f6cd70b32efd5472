declare module '*.json?words' {
  const words: import('./words').Words;
  export default words;
}
