/**
 * Headers of activities.csv in other languages, from published exports, parsers and issues. They
 * follow the language of the account. Danish, Japanese, Italian, Spanish, French, Dutch and Swedish
 * lists are incomplete; no Portuguese export has been found.
 */
import { englishHeaders } from "./columns.ts"

export type Language = "en" | "de" | "nl" | "fr" | "es" | "it" | "da" | "sv" | "ja"

/** Headers in English, each with its translation. */
type Headers = ReadonlyMap<string, string>

const headers = (text: string): Headers =>
  new Map(
    text.trim().split("\n").map((line) => {
      const [english = "", translated = english] = line.split("|")
      return [english, translated]
    }),
  )

const german = headers(`
Activity ID|Aktivitäts-ID
Activity Date|Aktivitätsdatum
Activity Name|Name der Aktivität
Activity Type|Aktivitätsart
Activity Description|Aktivitätsbeschreibung
Elapsed Time|Verstrichene Zeit
Distance|Distanz
Max Heart Rate|Max. Herzfrequenz
Relative Effort|Relative Leistung
Commute|Pendeln
Activity Private Note|Hinweis zur Privatsphäre für Aktivitäten
Activity Gear|Aktivitätsausrüstung
Filename|Dateiname
Athlete Weight|Sportlergewicht
Bike Weight|Fahrradgewicht
Moving Time|Bewegungszeit
Max Speed|Höchstgeschw.
Average Speed|Durchschnittliche Geschwindigkeit
Elevation Gain|Höhenzunahme
Elevation Loss|Höhenunterschied
Elevation Low|Min. Höhe
Elevation High|Max. Höhe
Max Grade|Max. Steigung
Average Grade|Durchschnittliche Steigung
Average Positive Grade|Durchschnittliche positive Steigung
Average Negative Grade|Durchschnittliche negative Steigung
Max Cadence|Max. Tritt-/Schrittfrequenz
Average Cadence|Durchschnittliche Trittfrequenz
Average Heart Rate|Durchschnittliche Herzfrequenz
Max Watts|Max. Watt
Average Watts|Durchschnittliche Watt
Calories|Kalorien
Max Temperature|Max. Temperatur
Average Temperature|Durchschnittliche Temperatur
Total Work|Gesamtarbeit
Number of Runs|Anzahl Läufe
Uphill Time|Bergaufzeit
Downhill Time|Bergabzeit
Other Time|Andere Zeit
Perceived Exertion|Gefühlte Anstrengung
Type|Art
Start Time|Startzeit
Weighted Average Power|Gewichtete durchschnittliche Leistung
Power Count|Leistungszahl
Prefer Perceived Exertion|Gefühlte Anstrengung verwenden
Perceived Relative Effort|Gefühlte relative Leistung
Total Weight Lifted|Insgesamt gestemmtes Gewicht
From Upload|Von Upload
Grade Adjusted Distance|Auf Steigung angepasste Distanz
Weather Observation Time|Wetterbeobachtungszeit
Weather Condition|Wetterlage
Weather Temperature|Wetter: Temperatur
Apparent Temperature|Scheinbare Temperatur
Dewpoint|Taupunkt
Humidity|Luftfeuchtigkeit
Weather Pressure|Wetter: Druck
Wind Speed|Windgeschwindigkeit
Wind Gust|Windböe
Wind Bearing|Windrichtung
Precipitation Intensity|Niederschlagsintensität
Sunrise Time|Sonnenaufgangszeit
Sunset Time|Sonnenuntergangszeit
Moon Phase|Mondphase
Bike|Fahrrad
Gear|Ausrüstung
Precipitation Probability|Niederschlagswahrscheinlichkeit
Precipitation Type|Niederschlagsart
Cloud Cover|Wolkendecke
Weather Visibility|Wetter: Sichtbarkeit
UV Index|UV-Index
Weather Ozone|Wetter: Ozon
Jump Count|Sprunganzahl
Total Grit|Schwierigkeit insgesamt
Average Flow|Durchschnittlicher Flow
Flagged|Markiert
Average Elapsed Speed|Durchschnittsgeschwindigkeit im Aufzeichnungszeitraum
Dirt Distance|Auf Schotter zurückgelegte Distanz
Newly Explored Distance|Neu getestete Distanz
Newly Explored Dirt Distance|Neu getestete Schotterdistanz
Activity Count|Aktivitätsanzahl
Total Steps|Schritte insgesamt
Carbon Saved|Eingesparte CO₂-Emissionen
Pool Length|Pool-Länge
Training Load|Trainingsbelastung
Intensity|Intensität
Average Grade Adjusted Pace|Durchschnittliches auf Steigung angepasstes Tempo
Timer Time|Stoppuhr-Zeit
Total Cycles|Zyklen gesamt
Recovery|Regeneration
With Pet|Mit Haustier
Competition|Wettbewerb
Long Run|Langer Lauf
For a Cause|Für einen guten Zweck
Media|Medien`)

const dutch = headers(`
Activity ID|Activiteits-ID
Activity Date|Datum van activiteit
Activity Name|Naam activiteit
Activity Type|Activiteitstype
Activity Description|Beschrijving van activiteit
Elapsed Time|Verstreken tijd
Distance|Afstand
Max Heart Rate|Max. hartslag
Commute|Woon-werkverkeer
Filename|Bestandsnaam
Moving Time|Beweegtijd
Max Speed|Max. snelheid
Average Speed|Gemiddelde snelheid
Elevation Gain|Totale stijging
Elevation Loss|Totale daling
Max Cadence|Max. cadans
Average Cadence|Gemiddelde cadans
Average Heart Rate|Gemiddelde hartslag
Calories|Calorieën
Perceived Exertion|Ervaren inspanning
Bike|Fiets
Training Load|Trainingsbelasting`)

const french = headers(`
Activity ID|ID de l'activité
Activity Date|Date de l'activité
Activity Name|Nom de l'activité
Activity Type|Type d'activité
Activity Description|Description de l'activité
Elapsed Time|Temps écoulé
Distance|Distance
Max Heart Rate|Fréquence cardiaque max.
Relative Effort|Effort relatif
Commute|Déplacement-transport
Activity Private Note|Note privée sur les activités
Activity Gear|Matériel utilisé pour l'activité
Filename|Nom du fichier
Athlete Weight|Poids de l'athlète
Bike Weight|Poids du vélo
Moving Time|Durée de déplacement
Max Speed|Vitesse max.
Average Speed|Vitesse moyenne
Elevation Gain|Dénivelé positif`)

const spanish = headers(`
Activity ID|ID de actividad
Activity Date|Fecha de la actividad
Activity Name|Nombre de la actividad
Activity Type|Tipo de actividad
Filename|Nombre del archivo`)

const italian = headers(`
Activity ID|ID attività
Activity Date|Data dell'attività
Activity Name|Nome attività`)

const danish = headers(`
Activity ID|Aktivitets-id
Activity Date|Aktivitetsdato
Activity Name|Aktivitetsnavn
Activity Type|Aktivitetstype
Elapsed Time|Varighed
Distance|Distance
Max Heart Rate|Maks. puls
Moving Time|Tid i bevægelse
Average Speed|Gennemsnitlig hastighed
Elevation Gain|Samlet stigning
Average Cadence|Gennemsnitlig kadence
Average Heart Rate|Gennemsnitlig puls
Calories|Kalorier
Perceived Exertion|Oplevet indsats`)

const swedish = headers(`
Activity ID|Aktivitets-ID
Activity Date|Aktivitetsdatum`)

const japanese = headers(`
Activity ID|アクティビティID
Activity Date|アクティビティ実行日
Activity Name|アクティビティ名
Activity Type|アクティビティタイプ
Elapsed Time|経過時間
Distance|距離
Filename|ファイル名
Moving Time|移動時間
Elevation Gain|獲得標高`)

/** Known headers by language. */
export const languages: Readonly<Record<Language, Headers>> = {
  en: new Map(englishHeaders.map((name) => [name, name])),
  de: german,
  nl: dutch,
  fr: french,
  es: spanish,
  it: italian,
  da: danish,
  sv: swedish,
  ja: japanese,
}

/** Decimal separator of distances for people, which follow the account's language. */
export const decimalSeparator = (language: Language): "." | "," =>
  language === "en" || language === "ja" ? "." : ","
