using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>What a copy notes in its target: whose it is, and how many rows of each table are there. Gone when it is whole.</summary>
internal static class CopyMarks
{
    public const string Prefix = "copy.";
    public const string Source = Prefix + "source";

    /// <summary>The installation that a copy is under way of; null when none is.</summary>
    public static Task<string?> SourceAsync(GatewayDbContext db, CancellationToken cancellationToken) =>
        db.InstallationValues.Where(v => v.Name == Source).Select(v => v.Value).FirstOrDefaultAsync(cancellationToken);

    public static async Task<long> RowsAsync(GatewayDbContext db, string table, CancellationToken cancellationToken)
    {
        var name = NameOf(table);
        return long.TryParse(await db.InstallationValues.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefaultAsync(cancellationToken), CultureInfo.InvariantCulture, out var rows) ? rows : 0;
    }

    /// <summary>Saved with the rows it counts.</summary>
    public static async Task SetAsync(GatewayDbContext db, string table, long rows, CancellationToken cancellationToken)
    {
        var text = rows.ToString(CultureInfo.InvariantCulture);
        if (await db.InstallationValues.FindAsync([NameOf(table)], cancellationToken) is { } row) row.Value = text;
        else db.InstallationValues.Add(new() { Name = NameOf(table), Value = text });
    }

    public static Task RemoveAsync(GatewayDbContext db, CancellationToken cancellationToken) =>
        db.WriteAsync(d => d.InstallationValues.Where(v => v.Name.StartsWith(Prefix)).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    private static string NameOf(string table) => Prefix + "rows." + table;
}
