using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>
/// Nothing has come in on a channel for some minutes of its hours. The minutes count from the last message, from the beginning of today's hours,
/// or from the start of this process where it knows of no message since: whichever is latest.
/// </summary>
internal sealed class ChannelDeaf : IAlertCondition
{
    private const string Hours = "hours";
    private readonly ICatalog _catalog;
    private readonly ChannelTraffic _traffic;
    private readonly ILiveFigures _figures;
    private readonly DateTimeOffset _started;

    public ChannelDeaf(ICatalog catalog, ChannelTraffic traffic, ILiveFigures figures, TimeProvider time) =>
        (_catalog, _traffic, _figures, _started) = (catalog, traffic, figures, time.GetUtcNow());

    public AlertConditionInfo Info { get; } = new(
        "channel_deaf", "A channel hears nothing", "No message has come in for some minutes, though it is a time at which people usually write.",
        [
            SubjectNames.ChannelSetting,
            new("minutes", SettingType.WholeNumber) { Default = "60", Min = 1, Max = 10_080, Label = "For", Help = "Minutes without a message of a user." },
            new(Hours, SettingType.Structure) { Label = "Only at", Help = "The hours at which people usually write: {from, to, zone, days}. Left empty: around the clock." },
        ]);

    public void Check(Guid tenant, JsonElement settings, FieldErrors errors)
    {
        SubjectNames.Check(_catalog, tenant, settings, errors);
        if (settings.TryGetProperty(Hours, out var hours)) DayWindow.Read(hours, $"settings.{Hours}", errors);
    }

    public async Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var from = _started;
        if (look.Settings.TryGetProperty(Hours, out var hours) && DayWindow.Of(hours) is { } window)
        {
            if (window.Since(look.Now) is not { } began) return [];
            if (began > from) from = began;
        }

        var (only, minutes) = (look.Id("channel"), look.Number("minutes"));
        var today = await _traffic.TodayAsync(look.Tenant, _figures.Snapshot(look.Tenant), cancellationToken);
        var found = new List<Trouble>();
        foreach (var channel in _catalog.Channels.Where(c => c.Tenant.Id == look.Tenant && c.Enabled && !c.Tenant.Suspended && (only is null || c.Id == only)))
        {
            var last = today.TryGetValue(channel.Id, out var day) ? day.LastInAt : null;
            var quietSince = last > from ? last.Value : from;
            if ((look.Now - quietSince).TotalMinutes < minutes) continue;
            found.Add(new(
                SubjectNames.Of(SubjectKind.Channel, channel.Id),
                $"The channel “{channel.Name}” has received no message since {AlertLook.Moment(last ?? quietSince)}. Check whether its platform still delivers to the gateway: restart the channel, and write to it yourself.") { Since = quietSince });
        }

        return found;
    }

    public string PageOf(string subject) => SubjectNames.Page(subject);
}
