using System.Collections;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Maintenance.Copying;

/// <summary>A row in every table of the model, with a value in every column, and many messages.</summary>
internal static class PlantedInstallation
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static async Task PlantAsync(GatewayDbContext db, int messages)
    {
        var number = 1;
        Dictionary<IEntityType, object> planted = [];
        List<IEntityType> left = [.. db.Model.GetEntityTypes().Where(t => !t.IsOwned())];
        while (left.Count > 0)
        {
            var type = left.First(t => t.GetForeignKeys().All(f => f.PrincipalEntityType == t || !left.Contains(f.PrincipalEntityType)));
            left.Remove(type);
            var row = planted[type] = Make(type, ref number);
            foreach (var (own, theirs, from) in type.GetForeignKeys().SelectMany(f => f.Properties.Zip(f.PrincipalKey.Properties, (o, t) => (o, t, planted[f.PrincipalEntityType]))))
                own.PropertyInfo!.SetValue(row, theirs.PropertyInfo!.GetValue(from));
            db.Add(row);
            if (row is not Message) continue;
            for (var i = 1; i < messages; i++) db.Add(Make(type, ref number));
        }

        await db.SaveChangesAsync();
    }

    private static object Make(IEntityType type, ref int number)
    {
        var row = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type.ClrType);
        foreach (var column in type.GetProperties())
        {
            number++;
            if (column.IsPrimaryKey() && column.ValueGenerated == ValueGenerated.OnAdd && column.ClrType == typeof(int)) continue;
            column.PropertyInfo!.SetValue(row, Value(column, number));
        }

        foreach (var part in type.GetNavigations().Where(n => n.TargetEntityType.IsOwned()))
        {
            var value = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(part.TargetEntityType.ClrType);
            foreach (var column in part.TargetEntityType.GetProperties().Where(p => p.PropertyInfo is not null))
                column.PropertyInfo!.SetValue(value, Value(column, ++number));
            part.PropertyInfo!.SetValue(row, value);
        }

        return row;
    }

    private static object? Value(IProperty column, int number)
    {
        var type = Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType;
        if (type == typeof(string)) return Text(column, number);
        if (type == typeof(Guid)) return new Guid(number, 7, 7, [1, 2, 3, 4, 5, 6, 7, 8]);
        if (type == typeof(DateTimeOffset)) return At.AddSeconds(number).AddMicroseconds(number);
        if (type == typeof(DateTime)) return At.UtcDateTime.AddSeconds(number);
        if (type == typeof(DateOnly)) return DateOnly.FromDateTime(At.UtcDateTime).AddDays(number % 10_000);
        if (type == typeof(TimeSpan)) return TimeSpan.FromSeconds(number);
        if (type == typeof(byte[])) return BitConverter.GetBytes(number);
        if (type == typeof(bool)) return number % 2 == 0;
        if (type.IsEnum) return Enum.GetValues(type).GetValue(number % Enum.GetValues(type).Length);
        if (type == typeof(double)) return number + 0.1;
        if (type == typeof(float)) return number + 0.5f;
        if (type.IsPrimitive || type == typeof(decimal)) return Convert.ChangeType(type == typeof(byte) || type == typeof(sbyte) ? number % 100 : type == typeof(short) || type == typeof(ushort) ? number % 10_000 : number, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsArray) return Array.CreateInstance(type.GetElementType()!, 0);
        return type.GetConstructor(Type.EmptyTypes) is { } make ? make.Invoke(null) : typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? Array.CreateInstance(type.GetGenericArguments()[0], 0) : null;
    }

    /// <summary>Signs of several planes, as long as the column allows.</summary>
    private static string Text(IProperty column, int number)
    {
        var text = $"{number}é漢🙂";
        return column.GetMaxLength() is { } most && text.Length > most ? text[..Math.Min(most, number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length)] : text;
    }
}
