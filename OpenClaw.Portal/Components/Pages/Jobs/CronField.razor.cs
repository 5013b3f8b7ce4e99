using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Portal.Components.Pages.Jobs;

/// <summary>A schedule to be written, with its next times shown at every key.</summary>
public sealed partial class CronField
{
    private const int TimesShown = 5;

    /// <summary>The expression as written.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>Raised at every key.</summary>
    [Parameter]
    public EventCallback<string?> ValueChanged { get; set; }

    /// <summary>The expression that holds unless somebody sets otherwise.</summary>
    [Parameter, EditorRequired]
    public required string Default { get; set; }

    [Inject]
    private ChangeJob Change { get; set; } = default!;

    [Inject]
    private IJobSchedule Schedule { get; set; } = default!;

    [CascadingParameter]
    private Controls.Forms.FormShell? Form { get; set; }

    private CronReading Reading { get; set; } = new(null, "");

    private IReadOnlyList<DateTimeOffset> Times { get; set; } = [];

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        Reading = Change.Read(Value ?? "");
        Times = Reading.Cron is { } cron ? Schedule.Next(cron, TimesShown) : [];
    }

    private Task TypedAsync(ChangeEventArgs change) => TakeAsync(change.Value as string ?? "");

    private Task TakeAsync(string value)
    {
        Form?.Touch();
        return ValueChanged.InvokeAsync(value);
    }
}
