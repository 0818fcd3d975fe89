import { useParams } from "wouter";
import "./positions.css";
import { Positions } from "./list";
import { PositionPage } from "./position";

export default function PositionsScreen() {
  const { id } = useParams<{ id?: string }>();
  return id === undefined ? <Positions /> : <PositionPage key={id} id={id} />;
}
