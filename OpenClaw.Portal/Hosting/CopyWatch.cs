using System.Globalization;
using OpenClaw.Gateway.Core.Maintenance.Copying;

namespace OpenClaw.Portal.Hosting;

/// <summary>Tells how far a copy is: on a terminal one line that changes, elsewhere a line for each table.</summary>
internal sealed class CopyWatch(TimeProvider time)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(500);
    private readonly bool _terminal = !Console.IsOutputRedirected;
    private long _started = time.GetTimestamp(), _last, _before = -1;
    private bool _checking;

    public void Tell(CopyStep step)
    {
        if (_before < 0 || step.Checking != _checking)
        {
            // what an earlier call copied says nothing about the rate of this one
            (_started, _before, _checking) = (time.GetTimestamp(), step.Checking ? 0 : step.Rows - step.TableRows, step.Checking);
        }

        if (!_terminal)
        {
            if (step.TableEnds) Console.WriteLine(Line(step));
            return;
        }

        if (!step.TableEnds && _last != 0 && time.GetElapsedTime(_last) < Often) return;
        _last = time.GetTimestamp();
        Console.Write("\r" + Line(step).PadRight(78));
        if (step.TableEnds) Console.WriteLine();
    }

    private string Line(CopyStep step)
    {
        var seconds = time.GetElapsedTime(_started).TotalSeconds;
        var rate = seconds > 0 ? Math.Max(0, step.Rows - _before) / seconds : 0;
        var percent = step.Total > 0 ? 100.0 * step.Rows / step.Total : 100;
        var left = rate > 0 ? TimeSpan.FromSeconds(Math.Round(Math.Max(0, step.Total - step.Rows) / rate)).ToString("c", CultureInfo.InvariantCulture) : "-";
        return string.Create(CultureInfo.InvariantCulture, $"{(step.Checking ? "compared" : "copied")} {step.Table}: {step.TableRows} rows; all: {Math.Min(percent, 100):0.0} %, {rate:0} rows/s, left: {left}");
    }
}
