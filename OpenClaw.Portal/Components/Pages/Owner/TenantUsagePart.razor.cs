using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>What a tenant used in the last 30 days.</summary>
public sealed partial class TenantUsagePart
{
    private const int Shown = 30;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required TenantView Tenant { get; set; }

    /// <summary>On whose behalf, asked for every step.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    [Inject]
    private UsageQueries Queries { get; set; } = default!;

    [Inject]
    private KitScript Script { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>Each of the last days, oldest first, those without usage too.</summary>
    private IReadOnlyList<UsageView>? Days { get; set; }

    private long Top => Days?.Max(d => d.Messages) ?? 0;

    private string Summary => Days is null ? "" : $"Messages per day in the last {Shown} days: {Humanize.Count(Days.Sum(d => d.Messages))} in all, at most {Humanize.Count(Top)} on a day, {Humanize.Count(Days[^1].Messages)} today. The table below has each day.";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        var first = today.AddDays(1 - Shown);
        var used = (await Queries.ListAsync(await Caller(), new(Shown), Tenant.Id, first, today)).Items.ToDictionary(d => d.Day);
        Days = [.. Enumerable.Range(0, Shown).Select(first.AddDays).Select(day => used.GetValueOrDefault(day) ?? new(Tenant.Id, day, 0, 0, 0))];
    }

    private double Height(long messages) => messages == 0 ? 0 : Math.Max(3, 150.0 * messages / Math.Max(1, Top));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes < 0 ? "−" + Humanize.Size(-bytes) : Humanize.Size(bytes);

    private async Task ExportAsync()
    {
        string[] head = ["day", "messages", "replies", "attachmentBytes", "inputTokens", "outputTokens"];
        var rows = Days!.Select(d => (IReadOnlyList<string?>)[d.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Text(d.Messages), Text(d.Replies), Text(d.AttachmentBytes), Text(d.InputTokens), Text(d.OutputTokens)]);
        await Script.DownloadAsync($"{Tenant.Slug}-usage.csv", Csv.ContentType, Csv.Write(head, rows));
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
