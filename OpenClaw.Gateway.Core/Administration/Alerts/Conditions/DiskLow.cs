using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>How much room a directory has.</summary>
internal interface IDiskSpace
{
    (long Free, long Total) Of(string directory);
}

/// <summary>As the system says.</summary>
internal sealed class SystemDiskSpace : IDiskSpace
{
    public (long Free, long Total) Of(string directory)
    {
        var drive = new DriveInfo(directory);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    }
}

/// <summary>The data directory's disk is nearly full. It is over when there is a tenth more room than the threshold.</summary>
internal sealed class DiskLow(GatewayOptions options, IDiskSpace disk) : IAlertCondition
{
    private const string Subject = "disk";
    private const double LetGo = 1.1;
    private const double Megabyte = 1_048_576;

    public AlertConditionInfo Info { get; } = new(
        "disk_low", "The disk is nearly full", "The free space of the data directory is below a threshold. Without space nothing more is accepted.",
        [
            new("megabytes", SettingType.WholeNumber) { Default = "1024", Min = 0, Max = 1_000_000_000, Label = "Less free than", Help = "Megabytes. 0 = look at the share alone." },
            new("percent", SettingType.Number) { Default = "5", Min = 0, Max = 99, Label = "Or less than", Help = "Percent of the disk. 0 = look at the megabytes alone." },
        ], OfInstallation: true);

    public Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var (free, total) = disk.Of(options.DataDirectory);
        var slack = look.Open.Contains(Subject) ? LetGo : 1;
        var low = free < look.Number("megabytes") * Megabyte * slack || free < total / 100.0 * look.Number("percent") * slack;
        return Task.FromResult<IReadOnlyList<Trouble>>(low
            ? [new(Subject, string.Create(CultureInfo.InvariantCulture, $"Only {free / Megabyte:N0} MB of {total / Megabyte:N0} MB are free on the disk of the data directory, noticed at {AlertLook.Moment(look.Now)}. Make room before it is full: then no message is accepted any more."))]
            : []);
    }

    public string PageOf(string subject) => "overview";
}
