import { useParams } from "wouter";
import { Signals } from "./signals";
import { Decision } from "./decision";
import "./decisions.css";

export default function Decisions() {
  const { signalId } = useParams<{ signalId?: string }>();
  return signalId === undefined ? <Signals /> : <Decision key={signalId} signalId={signalId} />;
}
