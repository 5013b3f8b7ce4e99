namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>How far a copy is.</summary>
/// <param name="Table">The table at hand.</param>
/// <param name="TableRows">Rows of it that are done.</param>
/// <param name="Rows">Rows of all tables that are done.</param>
/// <param name="Total">Rows that the source holds.</param>
/// <param name="Checking">They are compared now, no longer copied.</param>
/// <param name="TableEnds">The table is done.</param>
public sealed record CopyStep(string Table, long TableRows, long Rows, long Total, bool Checking, bool TableEnds);

/// <summary>A table that is the same on both sides.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Sum">The checksum over all values of all rows, the same in every database.</param>
public sealed record CopiedTable(string Name, long Rows, string Sum);
