using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>What an import did, or (dry run) would do.</summary>
/// <param name="DryRun">True: nothing was changed.</param>
/// <param name="Items">One for each thing in the document.</param>
/// <param name="Secrets">Secrets that the document names: they are not in it, so they have to be set anew.</param>
public sealed record ImportReport(bool DryRun, IReadOnlyList<ImportItem> Items, IReadOnlyList<ImportSecret> Secrets);

/// <summary>What becomes of one thing.</summary>
/// <param name="Resource"><c>agent</c>, <c>channel</c>, <c>routingRule</c>, <c>member</c>, <c>settings</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Action">
/// <c>create</c>, <c>change</c>, <c>unchanged</c> (it is there just so), <c>skip</c> (it is there otherwise and is left), <c>invite</c> (a member who has
/// no account: invite them).
/// </param>
/// <param name="Fields">The fields that differ, where it is there otherwise.</param>
public sealed record ImportItem(
    string Resource, string Name, string Action, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Fields = null);

/// <summary>A secret to be set. <paramref name="Made"/>: the gateway makes a new one by itself, which whoever uses it has to be given (rotate it to see one).</summary>
public sealed record ImportSecret(string Resource, string Name, string Secret, bool Made);
