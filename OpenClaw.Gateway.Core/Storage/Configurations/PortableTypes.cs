using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Configurations;

/// <summary>
/// How values stand in every database: times as whole microseconds since 1970 (SQLite cannot order DateTimeOffset),
/// GUIDs as 16 big-endian bytes (PostgreSQL: uuid). PostgreSQL has texts without a limit of its own, as SQLite has, where a longer one would fail a save; and
/// compares them by code points, as SQLite does, whatever the locale of the server: so lists have one order everywhere, and no update of its libraries breaks an index.
/// </summary>
internal static class PortableTypes
{
    public static void Apply(ModelConfigurationBuilder builder, string provider)
    {
        builder.Properties<DateTimeOffset>().HaveConversion<TimeToMicros>();
        if (!provider.Contains("Npgsql", StringComparison.Ordinal)) builder.Properties<Guid>().HaveConversion<GuidToBytes>();
        else builder.Properties<string>().HaveColumnType("text").UseCollation("C");
    }

    internal sealed class TimeToMicros() : ValueConverter<DateTimeOffset, long>(
        time => Micros.From(time),
        micros => Micros.ToTime(micros));

    internal sealed class GuidToBytes() : ValueConverter<Guid, byte[]>(
        id => id.ToByteArray(true),
        bytes => Read(bytes),
        new ConverterMappingHints(size: 16))
    {
        internal static Guid Read(byte[] bytes) => bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : throw new FormatException($"A GUID has 16 bytes, this value has {bytes.Length}.");
    }
}
