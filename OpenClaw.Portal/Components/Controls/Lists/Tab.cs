namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>One of several views of a page: its value in the address (empty = the first one), its word, and a count where there is one.</summary>
public sealed record Tab(string Value, string Text, long? Count = null);
