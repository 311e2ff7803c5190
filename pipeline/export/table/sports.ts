/** Sports: names in activities.csv, which follow the account's language, as Strava's API has them. */
import { sportTypes } from "../../../schemas/fields/sportTypes.ts"
import { plainWord } from "./dates/months.ts"

/** Returns a name without its accents, white space and punctuation. */
const keyOf = (name: string): string => plainWord(name).replace(/[^\p{L}\p{N}]/gu, "")

/** Maximum number of characters of a name that are read. */
const longestName = 100

/**
 * Names that are not the API's with spaces. Few exports in other languages have been published, so
 * these are words that mean the sport, not only those that were seen.
 */
const otherNames = `
Canoe=Canoeing|Football (Soccer)=Soccer|HIIT=HighIntensityIntervalTraining|Kayak=Kayaking
Mountain Bike=MountainBikeRide|Mountain Biking=MountainBikeRide|Rock Climb=RockClimbing
Sailing=Sail|Surf=Surfing|Virtual Rowing=VirtualRow|Lauf=Run|Traillauf=TrailRun|Radfahrt=Ride
Gravel-Fahrt=GravelRide|Virtuelle Radfahrt=VirtualRide|E-Bike-Radfahrt=EBikeRide
Mountainbike-Fahrt=MountainBikeRide|Schwimmen=Swim|Wandern=Hike|Wanderung=Hike|Spaziergang=Walk
Gewichtstraining=WeightTraining|Krafttraining=WeightTraining|Ski Alpin=AlpineSki
Skilanglauf=NordicSki|Hardloopsessie=Run|Fietsrit=Ride|Rit=Ride|Gravelrit=GravelRide
Virtuele fietsrit=VirtualRide|Virtuele rit=VirtualRide|Zwemsessie=Swim|Wandeling=Walk
Krachttraining=WeightTraining|Alpineskiën=AlpineSki|Langlaufen=NordicSki|Kayakken=Kayaking
Kitesurfen=Kitesurf|Zwemmen=Swim|Training=Workout|Vélo virtuel=VirtualRide|Course à pied=Run
Trail=TrailRun|Vélo=Ride|Sortie à vélo=Ride|Sortie gravel=GravelRide
Sortie à vélo virtuelle=VirtualRide|Natation=Swim|Randonnée=Hike|Marche=Walk
Entraînement aux poids=WeightTraining|Ski nordique=NordicSki|Vuelta ciclista=Ride
Entrenamiento=Workout|Carrera=Run|Carrera de montaña=TrailRun|Bicicleta=Ride|Gravel=GravelRide
Ciclismo virtual=VirtualRide|Senderismo=Hike|Caminata=Walk
Entrenamiento con pesas=WeightTraining|Esquí alpino=AlpineSki|Esquí nórdico=NordicSki
Patinaje sobre hielo=IceSkate|Patinaje en línea=InlineSkate|Escalada=RockClimbing|Natación=Swim
Allenamento generico=Workout|Corsa=Run|Corsa trail=TrailRun|Pedalata=Ride
Pedalata virtuale=VirtualRide|Nuoto=Swim|Nuotata=Swim|Escursionismo=Hike|Camminata=Walk
Sollevamento pesi=WeightTraining|Sci alpino=AlpineSki|Sci di fondo=NordicSki|Corrida=Run
Corrida em trilha=TrailRun|Pedalada=Ride|Pedalada de gravel=GravelRide
Pedalada virtual=VirtualRide|Natação=Swim|Trilha=Hike|Caminhada=Walk
Treinamento com peso=WeightTraining|Ioga=Yoga|Esqui alpino=AlpineSki|Esqui nórdico=NordicSki
Løb=Run|Trailløb=TrailRun|Virtuelt løb=VirtualRun|Cykling=Ride|Cykeltur=Ride
Gravelcykling=GravelRide|Virtuel cykeltur=VirtualRide|Svømning=Swim|Vandretur=Hike|Gåtur=Walk
Vægttræning=WeightTraining|Alpint skiløb=AlpineSki|Langrend=NordicSki|Løpetur=Run
Virtuelt løp=VirtualRun|Terrengløp=TrailRun|Sykkeltur=Ride|Virtuell sykkeltur=VirtualRide
El-sykkeltur=EBikeRide|Fottur=Hike|Langrenn=NordicSki|Alpint=AlpineSki|Frikjøring=BackcountrySki
Svømming=Swim|Treningsøkt=Workout|Löpning=Run|Terränglöpning=TrailRun|Gruscykling=GravelRide
Virtuell cykeltur=VirtualRide|Simning=Swim|Vandring=Hike|Promenad=Walk
Styrketräning=WeightTraining|Utförsåkning=AlpineSki|Längdskidåkning=NordicSki|骑行=Ride|ラン=Run
ランニング=Run|トレイルラン=TrailRun|ライド=Ride|グラベルライド=GravelRide|バーチャルライド=VirtualRide|スイム=Swim|ハイキング=Hike
ウォーク=Walk|ウェイトトレーニング=WeightTraining|ヨガ=Yoga|パデル=Padel|アルペンスキー=AlpineSki|ノルディックスキー=NordicSki`
  .trim().split(/[|\n]/).map((pair) => pair.split("="))

const byName = new Map<string, string>([
  ...sportTypes.map((type) => [keyOf(type), type] as const),
  ...otherNames.map(([name = "", type = ""]) => [keyOf(name), type] as const),
])

/** Sports of FIT sessions, TCX activities and GPX tracks; Strava's app numbers them in GPX. */
const fileSports = new Map(
  `1 Ride|9 Run|alpine_skiing AlpineSki|basketball Basketball|biking Ride
   cross_country_skiing NordicSki|cycling Ride|cricket Cricket|dance Dance|e_biking EBikeRide
   golf Golf|hiking Hike|hiit HighIntensityIntervalTraining|ice_skating IceSkate
   inline_skating InlineSkate|kayaking Kayaking|kitesurfing Kitesurf|rock_climbing RockClimbing
   rowing Rowing|running Run|sailing Sail|snowboarding Snowboard|snowshoeing Snowshoe
   soccer Soccer|stand_up_paddleboarding StandUpPaddling|surfing Surfing|swimming Swim
   tennis Tennis|volleyball Volleyball|walking Walk|windsurfing Windsurf`
    .split(/[|\n]\s*/).map((pair) => pair.trim().split(" ")).map(([name = "", type = ""]) =>
      [keyOf(name), type] as const
    ),
)

/** Returns the `sport_type` of a name in any known language; undefined if it is unknown. */
export const sportOfName = (name: string): string | undefined =>
  name.length > longestName ? undefined : byName.get(keyOf(name))

/** Returns the `sport_type` of an activity file's sport; undefined if it is unknown. */
export const sportOfFile = (sport: string | undefined): string | undefined =>
  sport === undefined || sport.length > longestName ? undefined : fileSports.get(keyOf(sport))

/** Sports whose `type`, the older and coarser field of the API, is another one. */
const types = new Map([
  ["EMountainBikeRide", "EBikeRide"],
  ["GravelRide", "Ride"],
  ["MountainBikeRide", "Ride"],
  ["TrailRun", "Run"],
  ["VirtualRow", "Rowing"],
  ...`Badminton Basketball Cricket Dance HighIntensityIntervalTraining Padel PhysicalTherapy Pickleball
      Pilates Racquetball Squash TableTennis Tennis Volleyball WaterSport`
    .split(/\s+/).map((sport) => [sport, "Workout"] as const),
])

/** Returns the API's `type` for a `sport_type`. */
export const typeOfSport = (sport: string): string => types.get(sport) ?? sport
