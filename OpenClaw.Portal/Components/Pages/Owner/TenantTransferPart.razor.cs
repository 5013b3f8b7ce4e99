using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Administration.Tenants.Transfer;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>A tenant's configuration out to a file, and from a file in, with a look before.</summary>
public sealed partial class TenantTransferPart
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private const string Replace = "replace";

    private static readonly IReadOnlyList<Choice> Existing =
        [new("skip", "Leave it", "Only what is not there yet is made."), new(Replace, "Replace it", "It is made as the file says, and so are the settings.")];

    private string? _existing = "skip";
    private JsonElement? _document;
    private bool _busy;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required TenantView Tenant { get; set; }

    /// <summary>On whose behalf, asked for every step.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    [Inject]
    private ExportTenant Export { get; set; } = default!;

    [Inject]
    private ImportTenant Import { get; set; } = default!;

    [Inject]
    private KitScript Script { get; set; } = default!;

    private string? Fault { get; set; }

    private IReadOnlyList<(string Path, string Message)> Faults { get; set; } = [];

    private ImportReport? Report { get; set; }

    private async Task ExportAsync()
    {
        if (await Export.RunAsync(await Caller(), Tenant.Id) is not { } document) Fault = "The tenant is gone.";
        else await Script.DownloadAsync($"{Tenant.Slug}.openclaw.json", "application/json", TransferJson.Text(document));
    }

    private async Task ReadAsync(InputFileChangeEventArgs chosen)
    {
        (Fault, Faults, Report, _document) = (null, [], null, null);
        try
        {
            using var buffer = new MemoryStream();
            await using var stream = chosen.File.OpenReadStream(MaxBytes);
            await stream.CopyToAsync(buffer);
            _document = JsonElement.Parse(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length).TrimStart('\uFEFF'));
        }
        catch (IOException)
        {
            Fault = $"The file could not be read. It may have at most {Humanize.Size(MaxBytes)}.";
        }
        catch (JsonException)
        {
            Fault = "The file is not JSON. Choose one that was downloaded here or from another gateway.";
        }

        await RunAsync(dryRun: true);
    }

    private Task ChooseAsync(string? existing)
    {
        _existing = existing;
        return RunAsync(dryRun: true);
    }

    private Task ImportAsync() => RunAsync(dryRun: false);

    private async Task RunAsync(bool dryRun)
    {
        if (_document is not { } document || _busy) return;
        _busy = true;
        try
        {
            var result = await Import.RunAsync(await Caller(), Tenant.Id, document, _existing == Replace, dryRun);
            (Report, Fault) = (result.Value, result.Status is AdminStatus.Done or AdminStatus.Invalid ? null : result.Reason ?? "Somebody changed the tenant at the same time, or it is gone. Look again, and import once more.");
            Faults = [.. result.Errors.SelectMany(e => e.Value.Select(m => (e.Key, m)))];
        }
        catch (ForbiddenException fault)
        {
            Fault = fault.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private static string Resource(string name) => name switch { "routingRule" => "Routing rule", _ => Humanize.Words(name) };

    private static string Action(ImportItem item) => item.Action switch
    {
        "create" => "made",
        "change" => item.Fields is { } fields ? $"changed: {string.Join(", ", fields)}" : "changed",
        "unchanged" => "left: it is there just so",
        "skip" => item.Fields is { } fields ? $"left, though it differs: {string.Join(", ", fields)}" : "left, though it differs",
        "invite" => "left: nobody has an account with this address; invite them",
        _ => item.Action,
    };
}
