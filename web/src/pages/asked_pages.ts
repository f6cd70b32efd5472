// What only people who are asked something before a visit load.

export { AnswerKeeper } from '../protocol/answer_keeper';
export { AnswersPage } from './answers';
export { CrisisNote, CrisisPage } from './crisis';
export { placeOf, PlacePage } from './place';
export { hasOpenQuestions, QuestionsPage } from './questions';
