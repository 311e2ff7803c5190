/** Dates and types of activities in the language of an account. */

/** Languages of an export; `unknown` is none that exists, with ISO dates. */
export const exportLanguages = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "pt",
  "da",
  "sv",
  "ja",
  "unknown",
] as const
export type ExportLanguage = typeof exportLanguages[number]

/** Sport types in the order of the lists below. */
const sportTypes = [
  "Run",
  "TrailRun",
  "Ride",
  "GravelRide",
  "VirtualRide",
  "Swim",
  "Hike",
  "Walk",
  "WeightTraining",
  "Yoga",
  "Padel",
  "AlpineSki",
  "NordicSki",
]

/** Only `Radfahrt` was seen in an export; the others are Strava's words in its app, from memory. */
const typeNames: Partial<Record<ExportLanguage, string>> = {
  de: "Lauf|Traillauf|Radfahrt|Gravel-Fahrt|Virtuelle Radfahrt|Schwimmen|Wanderung|Spaziergang|" +
    "Krafttraining|Yoga|Padel|Ski Alpin|Skilanglauf",
  fr: "Course à pied|Trail|Sortie à vélo|Sortie gravel|Sortie à vélo virtuelle|Natation|" +
    "Randonnée|Marche|Entraînement aux poids|Yoga|Padel|Ski alpin|Ski nordique",
  es: "Carrera|Carrera de montaña|Bicicleta|Gravel|Ciclismo virtual|Natación|Senderismo|" +
    "Caminata|Entrenamiento con pesas|Yoga|Pádel|Esquí alpino|Esquí nórdico",
  it: "Corsa|Corsa trail|Pedalata|Gravel|Pedalata virtuale|Nuoto|Escursionismo|Camminata|" +
    "Sollevamento pesi|Yoga|Padel|Sci alpino|Sci di fondo",
  nl: "Hardloopsessie|Trailrun|Rit|Gravelrit|Virtuele rit|Zwemsessie|Hike|Wandeling|" +
    "Krachttraining|Yoga|Padel|Alpineskiën|Langlaufen",
  pt: "Corrida|Corrida em trilha|Pedalada|Pedalada de gravel|Pedalada virtual|Natação|Trilha|" +
    "Caminhada|Treinamento com peso|Ioga|Padel|Esqui alpino|Esqui nórdico",
  da: "Løb|Trailløb|Cykeltur|Gravelcykling|Virtuel cykeltur|Svømning|Vandretur|Gåtur|" +
    "Vægttræning|Yoga|Padel|Alpint skiløb|Langrend",
  sv: "Löpning|Terränglöpning|Cykeltur|Gruscykling|Virtuell cykeltur|Simning|Vandring|Promenad|" +
    "Styrketräning|Yoga|Padel|Utförsåkning|Längdskidåkning",
  ja: "ラン|トレイルラン|ライド|グラベルライド|バーチャルライド|スイム|ハイキング|ウォーク|" +
    "ウェイトトレーニング|ヨガ|パデル|アルペンスキー|ノルディックスキー",
}

const exceptions: Readonly<Record<string, string>> = {
  EBikeRide: "E-Bike Ride",
  EMountainBikeRide: "E-Mountain Bike Ride",
  HighIntensityIntervalTraining: "HIIT",
  Soccer: "Football (Soccer)",
  StairStepper: "Stair-Stepper",
  StandUpPaddling: "Stand Up Paddling",
  Canoeing: "Canoe",
}

/** Returns the name of a sport type as the export shows it. */
export const activityTypeIn = (language: ExportLanguage, sportType: string): string => {
  const name = typeNames[language]?.split("|")[sportTypes.indexOf(sportType)]
  return name ?? exceptions[sportType] ?? sportType.replace(/(?<=[a-z])(?=[A-Z])/g, " ")
}

/** Languages of formats; every date seen in an export has the medium format of these. */
const locales: Readonly<Record<ExportLanguage, string>> = {
  en: "en-US",
  de: "de",
  fr: "fr",
  es: "es",
  it: "it",
  nl: "nl",
  pt: "pt-BR",
  da: "da",
  sv: "sv",
  ja: "ja",
  unknown: "en-US",
}

/** Formats an instant as `2018-09-12 15:02:23`. */
export const isoDate = (at: number): string =>
  new Date(at).toISOString().slice(0, 19).replace("T", " ")

/** Returns a function that formats an instant (milliseconds since 1970) as a date in UTC. */
export const datesIn = (language: ExportLanguage): (at: number) => string => {
  if (language === "unknown") return isoDate
  const format = new Intl.DateTimeFormat(locales[language], {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: "UTC",
  })
  // Newer versions of ICU put a narrow no-break space before PM, which no export has been seen with.
  return (at) => format.format(at).replaceAll("\u202f", " ")
}

/** Returns a distance for people: kilometers, or whole meters for swims. */
export const distancesIn = (
  language: ExportLanguage,
): (meters: number, swim: boolean) => string => {
  const kilometers = new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    useGrouping: false,
  })
  const whole = new Intl.NumberFormat(locales[language], { maximumFractionDigits: 0 })
  return (meters, swim) => swim ? whole.format(meters) : kilometers.format(meters / 1000)
}
