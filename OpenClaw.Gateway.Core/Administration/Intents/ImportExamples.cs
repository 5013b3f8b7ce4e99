using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Intents;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>What an import did.</summary>
public sealed record ImportedExamples(int Intents, int Examples);

/// <summary>
/// Adds examples of several intents at once, from two columns: the intent's name and the sentence. Intents that do not exist are made. Each intent is
/// saved by itself: a fault of one is told with its name and what was saved before stays.
/// </summary>
public sealed class ImportExamples(SaveIntent save, ICatalog catalog)
{
    /// <summary>The largest file.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads lines as <c>intent,sentence</c> (comma, semicolon or tab; quotes as in CSV) and saves them.</summary>
    public async Task<AdminResult<ImportedExamples>> RunAsync(Caller caller, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(text);
        caller.Demand(ApiScopeNames.Configure);
        var (rows, errors) = (ExampleRows.Read(text), new FieldErrors());
        var wrong = rows.Find(r => r.Intent.Length == 0 || r.Sentence.Length == 0);
        if (wrong.Line > 0) errors.Add("text", $"Line {wrong.Line} does not have two columns: the intent and the sentence.");
        else if (rows.Count == 0) errors.Add("text", "There is nothing to import.");
        if (errors.Any) return AdminResult.Invalid<ImportedExamples>(errors);
        var (intents, examples) = (0, 0);
        foreach (var group in rows.GroupBy(r => r.Intent, StringComparer.OrdinalIgnoreCase))
        {
            var known = catalog.FindIntents(caller.Tenant).Intents.FirstOrDefault(i => IntentNames.Same(i.Name, group.Key));
            var had = known?.Examples ?? [];
            var fresh = group.Select(r => r.Sentence).Distinct(StringComparer.Ordinal).Except(had).ToList();
            if (known is not null && fresh.Count == 0) continue;
            var body = JsonSerializer.SerializeToElement(new { name = known?.Name ?? group.Key, examples = had.Concat(fresh) });
            var result = known is null ? await save.CreateAsync(caller, body, cancellationToken) : await save.PatchAsync(caller, known.Id, body, version: null, cancellationToken);
            if (result.Status != AdminStatus.Done)
            {
                errors.Add("text", $"“{group.Key}” was not imported: {result.Reason ?? string.Join(" ", result.Errors.SelectMany(e => e.Value))}");
                continue;
            }

            (intents, examples) = (intents + 1, examples + fresh.Count);
        }

        return errors.Any ? AdminResult.Invalid<ImportedExamples>(errors) : AdminResult.Done(new ImportedExamples(intents, examples));
    }
}
